"""Published ways to meet the services: their API."""
