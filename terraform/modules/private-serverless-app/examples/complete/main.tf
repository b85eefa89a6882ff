# Everything is created: VPC, VPN, zone, Resolver endpoint, certificate, tables. What only the company knows is a variable.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = { team = "orders", environment = "production" }
  }
}

variable "customer_gateway_ip_address" {
  description = "The public address of the corporate VPN device."
  type        = string
}

variable "public_zone_id" {
  description = "The public hosted zone of the domain, for the validation record of the certificate."
  type        = string
}

variable "access_logs_bucket" {
  description = "The bucket for the load balancer's access logs."
  type        = string
}

# backend.zip and frontend/ are what your build leaves here.
module "orders" {
  source = "../.."

  name                  = "orders"
  domain_name           = "orders.corp.example"
  corporate_cidr_blocks = ["192.168.0.0/16"]

  network = {
    create = {
      cidr_block = "10.20.0.0/16"
      subnets = {
        eu-central-1a = "10.20.1.0/24"
        eu-central-1b = "10.20.2.0/24"
      }
    }
  }

  link = {
    vpn = { customer_gateway_ip_address = var.customer_gateway_ip_address }
  }

  certificate = {
    public_zone = { id = var.public_zone_id }
  }

  function = {
    package     = "${path.module}/backend.zip"
    handler     = "app.handler"
    memory_size = 256
    timeout     = 10
    environment = { LARGEST_QUANTITY = "999" }
  }

  frontend = {
    folder     = "${path.module}/frontend"
    versioning = true
  }

  tables = {
    orders = { key = "id", point_in_time_recovery = true, deletion_protection = true }
  }

  api = {
    logging_level   = "ERROR"
    cloudwatch_role = true
  }

  load_balancer = {
    deletion_protection        = true
    drop_invalid_header_fields = true
    access_logs                = { bucket = var.access_logs_bucket, prefix = "orders" }
  }
}

output "url" {
  description = "Where people find the app."
  value       = module.orders.url
}

output "resolver_addresses" {
  description = "What the corporate DNS servers forward the domain to."
  value       = module.orders.resolver_addresses
}

output "customer_gateway_configuration" {
  description = "What to configure the corporate VPN device with."
  value       = module.orders.customer_gateway_configuration
  sensitive   = true
}
