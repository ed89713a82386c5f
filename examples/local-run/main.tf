# A first run with the local system: npm start, then npm run provider:install, then the commands that npm start prints.
terraform {
  required_providers {
    tokenvending = {
      source = "token-vending/tokenvending"
    }
  }
}

# Endpoint, region and AWS identity come from the environment.
provider "tokenvending" {}

data "tokenvending_caller_identity" "me" {}

ephemeral "tokenvending_access_token" "orders" {
  credential = "checkout/orders-api"
  min_ttl    = "30m"

  lifecycle {
    postcondition {
      condition     = provider::tokenvending::decode_jwt(self.access_token).claims.aud == "https://orders.example.com"
      error_message = "The token is for another audience."
    }
  }
}

output "principal" {
  value = data.tokenvending_caller_identity.me.principal
}
