resource "aws_iam_role" "function" {
  name = "${var.name}-function"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = merge(local.tags, { Name = "${var.name}-function" })
}

resource "aws_iam_role_policy" "function" {
  name = "function"
  role = aws_iam_role.function.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "WriteOwnLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.function.arn}:*"]
      }],
      [for tables in [values(aws_dynamodb_table.this)[*].arn] : {
        Sid    = "UseOwnTables"
        Effect = "Allow"
        Action = [
          "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan",
          "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
          "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
        ]
        Resource = tables
      } if length(var.tables) > 0],
      [for statement in var.function.policy_statements : {
        Sid      = statement.sid
        Effect   = "Allow"
        Action   = statement.actions
        Resource = statement.resources
      }],
    )
  })
}

resource "aws_lambda_function" "backend" {
  function_name                  = "${var.name}-backend"
  role                           = aws_iam_role.function.arn
  filename                       = var.function.package
  source_code_hash               = filebase64sha256(var.function.package)
  handler                        = var.function.handler
  runtime                        = var.function.runtime
  architectures                  = [var.function.architecture]
  memory_size                    = var.function.memory_size
  timeout                        = var.function.timeout
  reserved_concurrent_executions = coalesce(var.function.reserved_concurrent_executions, -1)

  environment {
    variables = merge(var.function.environment, local.table_variables)
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  tags = merge(local.tags, { Name = "${var.name}-backend" })

  depends_on = [aws_iam_role_policy.function]
}

# This API may invoke the function at the route and below it, on every stage and for every method.
resource "aws_lambda_permission" "api" {
  for_each = {
    backend       = var.function.route
    backend-below = "${var.function.route}/*"
  }

  statement_id  = "api-gateway-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.backend.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*${each.value}"
}
