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

# The fault: for phones, the same function behind an API that everybody can call.
resource "aws_api_gateway_rest_api" "mobile" {
  name = "notes-mobile"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "mobile" {
  rest_api_id = aws_api_gateway_rest_api.mobile.id
  parent_id   = aws_api_gateway_rest_api.mobile.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "mobile" {
  rest_api_id   = aws_api_gateway_rest_api.mobile.id
  resource_id   = aws_api_gateway_resource.mobile.id
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "mobile" {
  rest_api_id             = aws_api_gateway_rest_api.mobile.id
  resource_id             = aws_api_gateway_method.mobile.resource_id
  http_method             = aws_api_gateway_method.mobile.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.app.alias.invoke_arn
}

resource "aws_lambda_permission" "mobile" {
  statement_id  = "AllowTheMobileApi"
  action        = "lambda:InvokeFunction"
  function_name = module.app.alias.function_name
  qualifier     = module.app.alias.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.mobile.execution_arn}/*/*/*"
}

resource "aws_api_gateway_deployment" "mobile" {
  rest_api_id = aws_api_gateway_rest_api.mobile.id

  triggers = {
    redeployment = aws_api_gateway_integration.mobile.uri
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "mobile" {
  rest_api_id   = aws_api_gateway_rest_api.mobile.id
  deployment_id = aws_api_gateway_deployment.mobile.id
  stage_name    = "live"
}
