terraform {
  required_providers {
    tokenvending = {
      source  = "token-vending/tokenvending"
      version = "~> 0.1"
    }
  }
}

# The provider signs with the AWS identity of the run. It needs no secret.
provider "tokenvending" {
  endpoint   = "https://abc.lambda-url.eu-north-1.on.aws"
  credential = "checkout/orders-api"
}
