# The usual case in a company: network, link to the office, private zone, Resolver endpoint and certificate are there
# already, and looked up by their tags and names.

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
}

data "aws_vpc" "shared" {
  tags = { Name = "shared" }
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.shared.id]
  }

  tags = { tier = "private" }
}

data "aws_subnet" "private" {
  for_each = toset(data.aws_subnets.private.ids)

  id = each.key
}

data "aws_route53_zone" "corporate" {
  name         = "corp.example"
  private_zone = true
}

data "aws_acm_certificate" "corporate" {
  domain   = "*.corp.example"
  statuses = ["ISSUED"]
}

# backend.zip and frontend/ are what your build leaves here.
module "orders" {
  source = "../.."

  name                  = "orders"
  domain_name           = "orders.corp.example"
  corporate_cidr_blocks = ["192.168.0.0/16", "172.16.0.0/12"]

  network = {
    existing = {
      vpc_id     = data.aws_vpc.shared.id
      subnet_ids = { for subnet in data.aws_subnet.private : subnet.availability_zone => subnet.id }
    }
  }

  hosted_zone       = { id = data.aws_route53_zone.corporate.zone_id }
  resolver_endpoint = false

  certificate = {
    existing = { arn = data.aws_acm_certificate.corporate.arn }
  }

  function = {
    package = "${path.module}/backend.zip"
    handler = "app.handler"
  }

  frontend = {
    folder = "${path.module}/frontend"
  }
}

output "url" {
  description = "Where people find the app."
  value       = module.orders.url
}
