"""What programs of institutions may ask of us, and where we write to them."""

from config import env

# How often one token may ask
API_REQUESTS_A_MINUTE = env.number("API_REQUESTS_A_MINUTE", 300)
# Receivers of webhooks inside one's own network, as host:port; all others must have public addresses and https
WEBHOOK_PRIVATE_HOSTS = env.words("WEBHOOK_PRIVATE_HOSTS", "")
