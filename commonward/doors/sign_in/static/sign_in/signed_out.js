// Signed out, by whichever page: unsent words of a unit's page do not stay on this device.
localStorage.removeItem("response-outbox");
