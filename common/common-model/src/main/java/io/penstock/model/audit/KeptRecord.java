package io.penstock.model.audit;

/**
 * A record and where it stands.
 *
 * @param index its place in its organisation's trail, from 0 on: the leaf that proves it
 */
public record KeptRecord(long index, AuditRecord record) {}
