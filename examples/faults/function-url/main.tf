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

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  security_group_id = module.app.endpoint_security_group_id
  description       = "from the office"
  cidr_ipv4         = local.office
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The fault: somebody needed to try the function out, and a URL was the shortest way.
resource "aws_lambda_function_url" "try" {
  function_name      = module.app.alias.function_name
  qualifier          = module.app.alias.name
  authorization_type = "NONE"
}

# A URL asks for both permissions; the provider adds lambda:InvokeFunctionUrl by itself.
resource "aws_lambda_permission" "try" {
  statement_id  = "AllowTheUrl"
  action        = "lambda:InvokeFunction"
  function_name = module.app.alias.function_name
  qualifier     = module.app.alias.name
  principal     = "*"
}
