ephemeral "hiiretail_access_token" "it" {}

# To any provider that takes a token for an API of Hii Retail.
provider "orders" {
  token = ephemeral.hiiretail_access_token.it.access_token
}
