variable "name" {
  description = "Of everything in here"
  type        = string
}

variable "vpc_id" {
  description = "Where it stands"
  type        = string
}

variable "subnet_ids" {
  description = "One in each Availability Zone"
  type        = list(string)
}

variable "endpoint" {
  description = "The execute-api endpoint: its address in each subnet, and its security group"
  type        = object({ addresses = list(string), security_group_id = string })
}

variable "api" {
  description = "What the domain leads to"
  type        = object({ id = string, stage_name = string })
}

variable "domain" {
  description = "By which people call it"
  type        = string
}

variable "certificate_authority_arn" {
  description = "The company's authority in AWS Private CA"
  type        = string
}

variable "internal" {
  description = "Whether it has private addresses only"
  type        = bool
  default     = true
}

variable "client_cidr_block" {
  description = "Who may connect"
  type        = string
}
