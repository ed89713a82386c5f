terraform {
  required_providers {
    tokenvending = {
      source  = "token-vending/tokenvending"
      version = "~> 0.1"
    }
  }
}

# Signs with the AWS identity at hand; there is no secret to configure.
provider "tokenvending" {
  endpoint   = "https://abc.lambda-url.eu-north-1.on.aws"
  credential = "checkout/orders-api"
}
