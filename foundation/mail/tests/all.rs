//! Every test of this crate over its public face, as one program: linked once.

mod broken_server;
mod classes;
mod composing;
mod corpus_bounces;
mod corpus_replies;
mod cut;
mod postfix_dovecot;
mod replies;
