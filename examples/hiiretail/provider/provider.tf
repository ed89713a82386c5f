terraform {
  required_providers {
    hiiretail = {
      source  = "token-vending/hiiretail"
      version = "~> 0.1"
    }
  }
}

# The provider gets tokens from a token-vending endpoint with the AWS identity of the run. It needs no secret.
provider "hiiretail" {
  tenant_id = "EXAMPLETENANT"

  token_vending {
    endpoint   = "https://abc.lambda-url.eu-north-1.on.aws"
    credential = "checkout/hiiretail-iam"
  }
}
