#!/usr/bin/env bash
# A version onto AWS: migrate, then what takes work, then what answers (decision 39).
#
#   infra/aws/entrega.sh AMBIENTE REGIAO DIGEST-DO-SERVICO DIGEST-DO-COLETOR CDK…
#
# In a region that sleeps the database is a copy, which takes its tables from the primary one: nothing is
# migrated there, and what is deployed has no tasks.
#
# CDK… is the CDK's command line with its `--app`. Each step waits for the one before; a stack that
# CloudFormation takes back ends the script, and with it the delivery: what answered before answers
# still. Migrations only expand (docs/migracoes.md), so the old version goes on working.
set -euo pipefail
prefix="fiscalxml-$1" region="$2" service="$3" collector="$4"
shift 4
export AWS_REGION="$region" AWS_DEFAULT_REGION="$region" AWS_PAGER=""

deploy() {
  local stack="$1-$region"
  shift
  "${cdk[@]}" deploy --exclusively --require-approval never --method change-set --progress events "$stack" "$@"
}

migrate() {
  local network task code
  network="$(aws ssm get-parameter --name "/$prefix/tarefas/rede" --query Parameter.Value --output text)"
  task="$(aws ecs run-task --cluster "$prefix" --task-definition "$prefix-migrate" --launch-type FARGATE \
    --network-configuration "$network" --query 'tasks[0].taskArn' --output text)"
  aws ecs wait tasks-stopped --cluster "$prefix" --tasks "$task"
  code="$(aws ecs describe-tasks --cluster "$prefix" --tasks "$task" \
    --query "tasks[0].containers[?name=='migrate'].exitCode | [0]" --output text)"
  if [ "$code" != 0 ]; then
    echo "entrega: a migração terminou com $code; nada mais foi trocado. Registro: /$prefix/migrate" >&2
    exit 1
  fi
}

cdk=("$@")
deploy Tarefas --parameters "Versao=$service"
awake="$(aws cloudformation describe-stacks --stack-name "$prefix-cluster" \
  --query "Stacks[0].Parameters[?ParameterKey=='Acordada'].ParameterValue | [0]" --output text)"
case "$awake" in
  sim) migrate ;;
  nao) echo "entrega: $region dorme; a migração é da região que atende" ;;
  *) echo "entrega: a pilha $prefix-cluster não diz se $region atende: $awake" >&2; exit 1 ;;
esac
deploy Fundo --parameters "Versao=$service" --parameters "Coletor=$collector"
deploy Atende --parameters "Versao=$service" --parameters "Coletor=$collector"
if [ "$awake" = sim ]; then echo "✔ $service atende em $region"; else echo "✔ $service está pronto em $region"; fi
