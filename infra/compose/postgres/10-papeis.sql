-- Made by `make operacao` from fiscalxml_ops.compose.papeis.
\set senha `cat /run/secrets/senha-fiscalxml-dono`
CREATE ROLE fiscalxml_dono LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-api`
CREATE ROLE fiscalxml_api LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-worker`
CREATE ROLE fiscalxml_worker LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-relay`
CREATE ROLE fiscalxml_relay LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-auth`
CREATE ROLE fiscalxml_auth LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-webhooks`
CREATE ROLE fiscalxml_webhooks LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-fiscalxml-entregador`
CREATE ROLE fiscalxml_entregador LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'senha';
\set senha `cat /run/secrets/senha-replicador`
CREATE ROLE replicador LOGIN NOSUPERUSER NOBYPASSRLS REPLICATION PASSWORD :'senha';
CREATE ROLE fiscalxml_limitado NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT fiscalxml_limitado TO fiscalxml_api, fiscalxml_worker WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE fiscalxml OWNER fiscalxml_dono;
REVOKE ALL ON DATABASE fiscalxml FROM PUBLIC;
GRANT CONNECT ON DATABASE fiscalxml TO fiscalxml_api, fiscalxml_worker, fiscalxml_relay, fiscalxml_auth, fiscalxml_webhooks, fiscalxml_entregador;
