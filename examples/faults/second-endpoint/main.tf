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

# The fault: it trusts every endpoint in the VPC.
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
      variable = "aws:SourceVpc"
      values   = [module.app.vpc.id]
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id = module.app.endpoint_security_group_id
  description       = "from the office"
  cidr_ipv4         = local.office
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Another team's, for APIs of its own: open to all of the VPC.
resource "aws_security_group" "reports" {
  name        = "reports-endpoint"
  description = "HTTPS from the VPC"
  vpc_id      = module.app.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "reports" {
  security_group_id = aws_security_group.reports.id
  description       = "from the VPC"
  cidr_ipv4         = module.app.vpc.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "reports" {
  vpc_id              = module.app.vpc.id
  service_name        = module.app.endpoint.service_name
  vpc_endpoint_type   = "Interface"
  subnet_ids          = module.app.subnets[*].id
  security_group_ids  = [aws_security_group.reports.id]
  private_dns_enabled = false

  tags = { Name = "reports" }
}
