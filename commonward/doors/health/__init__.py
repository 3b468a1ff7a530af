"""For programs that watch the site: is it alive, may it be asked, how does it stand."""
