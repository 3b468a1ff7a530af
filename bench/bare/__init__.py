"""The least that a Django endpoint can do, as a measure for ours."""
