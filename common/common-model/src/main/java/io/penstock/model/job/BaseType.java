package io.penstock.model.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The contract's {@code basetype}: what a typed column holds, whichever name a caller's own
 * warehouse has for it.
 */
public enum BaseType {
  BOOLEAN,
  DATE,
  FLOAT,
  INTEGER,
  NUMERIC,
  STRING,
  TIMESTAMP;

  /** By the contract's name, in any case. */
  public static Optional<BaseType> named(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** By a warehouse's name for such a column, such as {@code NUMBER}; in any case. */
  public static Optional<BaseType> ofNativeName(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
    return Optional.ofNullable(
        switch (name) {
          case "BOOLEAN", "BOOL" -> BOOLEAN;
          case "DATE" -> DATE;
          case "FLOAT", "FLOAT4", "FLOAT8", "FLOAT64", "DOUBLE", "DOUBLE PRECISION", "REAL" ->
              FLOAT;
          case "INTEGER",
              "INT",
              "INT2",
              "INT4",
              "INT8",
              "INT64",
              "BIGINT",
              "SMALLINT",
              "TINYINT",
              "MEDIUMINT",
              "BYTEINT" ->
              INTEGER;
          case "NUMERIC", "NUMBER", "DECIMAL", "DEC" -> NUMERIC;
          case "STRING",
              "TEXT",
              "VARCHAR",
              "CHAR",
              "CHARACTER",
              "CHARACTER VARYING",
              "CHAR VARYING",
              "NCHAR",
              "NVARCHAR",
              "NVARCHAR2",
              "NCHAR VARYING",
              "BPCHAR" ->
              STRING;
          case "TIMESTAMP",
              "TIMESTAMP_NTZ",
              "TIMESTAMPNTZ",
              "TIMESTAMP_LTZ",
              "TIMESTAMPLTZ",
              "TIMESTAMP_TZ",
              "TIMESTAMPTZ",
              "TIMESTAMP WITHOUT TIME ZONE",
              "TIMESTAMP WITH TIME ZONE",
              "DATETIME",
              "DATETIME2",
              "SMALLDATETIME" ->
              TIMESTAMP;
          default -> null;
        });
  }
}
