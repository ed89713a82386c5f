terraform import tokenvending_credential.orders checkout/orders-api
