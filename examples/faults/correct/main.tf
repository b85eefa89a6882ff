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
    tags = { Application = "notes" }
  }
}

locals {
  office = "10.10.0.0/16"
}

module "app" {
  source = "../modules/app"

  name                 = "notes"
  corporate_cidr_block = local.office
  resource_policy      = data.aws_iam_policy_document.api.json
}

# Whoever comes through the endpoint.
data "aws_iam_policy_document" "api" {
  statement {
    sid       = "OnlyThroughTheEndpoint"
    actions   = ["execute-api:Invoke"]
    resources = ["${module.app.api.execution_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceVpce"
      values   = [module.app.endpoint.id]
    }
  }
}

module "load_balancer" {
  source = "../modules/load-balancer"

  name                      = "notes"
  vpc_id                    = module.app.vpc.id
  subnet_ids                = module.app.subnets[*].id
  endpoint                  = { addresses = module.app.endpoint_addresses, security_group_id = module.app.endpoint_security_group_id }
  api                       = { id = module.app.api.id, stage_name = module.app.stage.stage_name }
  domain                    = "notes.corp.example"
  certificate_authority_arn = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555"
  client_cidr_block         = local.office
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id            = module.app.endpoint_security_group_id
  description                  = "from the load balancer"
  referenced_security_group_id = module.load_balancer.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
