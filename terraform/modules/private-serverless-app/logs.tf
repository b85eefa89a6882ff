resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}-backend"
  retention_in_days = var.function.log_retention_in_days

  tags = merge(local.tags, { Name = "/aws/lambda/${var.name}-backend" })
}

resource "aws_cloudwatch_log_group" "access" {
  count = var.api.access_logs ? 1 : 0

  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.api.log_retention_in_days

  tags = merge(local.tags, { Name = "/aws/apigateway/${var.name}" })
}

# One for the account and Region: only where nobody has set it yet.
resource "aws_api_gateway_account" "this" {
  count = var.api.cloudwatch_role ? 1 : 0

  cloudwatch_role_arn = one(aws_iam_role.cloudwatch[*].arn)

  depends_on = [aws_iam_role_policy_attachment.cloudwatch]
}

resource "aws_iam_role" "cloudwatch" {
  count = var.api.cloudwatch_role ? 1 : 0

  name = "${var.name}-cloudwatch"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(local.tags, { Name = "${var.name}-cloudwatch" })
}

resource "aws_iam_role_policy_attachment" "cloudwatch" {
  count = var.api.cloudwatch_role ? 1 : 0

  role       = one(aws_iam_role.cloudwatch[*].name)
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}
