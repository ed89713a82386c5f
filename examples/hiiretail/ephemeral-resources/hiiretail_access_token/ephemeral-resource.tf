ephemeral "hiiretail_access_token" "it" {}

# Any provider that accepts a token for an API of Hii Retail can use it.
provider "orders" {
  token = ephemeral.hiiretail_access_token.it.access_token
}
