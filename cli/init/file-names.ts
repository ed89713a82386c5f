/** Files that `init` writes besides `policies/<team>.cedar`. */
export const CONFIG_FILE = 'token-vending.config.yaml';
export const TERRAFORM_FILE = 'main.tf';
