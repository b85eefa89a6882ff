variable "name" {
  description = "Of everything in here"
  type        = string
}

variable "corporate_cidr_block" {
  description = "Where the people are who use the app"
  type        = string
}

variable "resource_policy" {
  description = "Who may invoke the API; it is deployed with it"
  type        = string
}

variable "block_public_access" {
  description = "Whether the bucket refuses policies and ACLs that let everybody in"
  type        = bool
  default     = true
}
