package io.penstock.storage.table;

import io.penstock.model.Json;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.table.ReadableTable.Rows;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.CurrentGeneration;
import io.penstock.warehouse.TableStatement;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;

/**
 * The first rows of a table, as text. It is whole before its first byte leaves, so that a broken
 * one cannot look like a short table; its size is bounded.
 */
@Component
class Preview {
  private static final int MAX_BYTES = 24 * 1024 * 1024;
  private static final int MAX_CELL = 16_384;
  private static final int BATCH = 50;

  private final WarehouseReaders readers;

  Preview(WarehouseReaders readers) {
    this.readers = readers;
  }

  /** Writes rows; one for each form. */
  private interface Form {
    void begin(List<String> columns);

    void row(ResultSet rows, List<String> columns) throws SQLException;

    void end();
  }

  /** RFC 4180 with every field enclosed, the header first. */
  byte[] csv(Rows rows, TableQuery query) {
    return readers.read(
        rows.projectId(),
        connection ->
            CurrentGeneration.read(
                connection,
                rows.tableId(),
                row -> {
                  ByteArrayOutputStream out = new ByteArrayOutputStream();
                  write(connection, row, query, new Csv(out), out);
                  return out.toByteArray();
                }));
  }

  /** The contract's JSON form, long values cut. */
  byte[] json(Rows rows, TableQuery query) {
    return readers.read(
        rows.projectId(),
        connection ->
            CurrentGeneration.read(
                connection,
                rows.tableId(),
                row -> {
                  ByteArrayOutputStream out = new ByteArrayOutputStream();
                  write(connection, row, query, new JsonForm(out), out);
                  return out.toByteArray();
                }));
  }

  private static void write(
      Connection connection,
      CatalogueRow row,
      TableQuery query,
      Form form,
      ByteArrayOutputStream out)
      throws SQLException {
    TableStatement statement = TableStatement.of(row, query);
    form.begin(statement.columns());
    try (PreparedStatement prepared = statement.prepare(connection)) {
      prepared.setFetchSize(BATCH);
      try (ResultSet rows = prepared.executeQuery()) {
        while (rows.next()) {
          form.row(rows, statement.columns());
          if (out.size() > MAX_BYTES) {
            throw WarehouseReaders.tooLarge();
          }
        }
      }
    }
    form.end();
  }

  private record Csv(ByteArrayOutputStream out) implements Form {
    @Override
    public void begin(List<String> columns) {
      line(columns);
    }

    @Override
    public void row(ResultSet rows, List<String> columns) throws SQLException {
      StringBuilder line = new StringBuilder();
      for (int i = 1; i <= columns.size(); i++) {
        String value = rows.getString(i);
        field(line, value == null ? "" : value);
      }
      write(line);
    }

    @Override
    public void end() {}

    private void line(List<String> fields) {
      StringBuilder line = new StringBuilder();
      fields.forEach(field -> field(line, field));
      write(line);
    }

    private static void field(StringBuilder line, String value) {
      line.append(line.isEmpty() ? "\"" : ",\"").append(value.replace("\"", "\"\"")).append('"');
    }

    private void write(StringBuilder line) {
      out.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private record JsonForm(ByteArrayOutputStream out, JsonGenerator json) implements Form {
    JsonForm(ByteArrayOutputStream out) {
      this(out, Json.mapper().createGenerator(out));
    }

    @Override
    public void begin(List<String> columns) {
      json.writeStartObject();
      json.writeArrayPropertyStart("columns");
      columns.forEach(json::writeString);
      json.writeEndArray();
      json.writeArrayPropertyStart("rows");
    }

    @Override
    public void row(ResultSet rows, List<String> columns) throws SQLException {
      json.writeStartArray();
      for (int i = 1; i <= columns.size(); i++) {
        String value = rows.getString(i);
        boolean cut = value != null && value.length() > MAX_CELL;
        json.writeStartObject();
        json.writeStringProperty("columnName", columns.get(i - 1));
        json.writeName("value");
        json.writeString(cut ? value.substring(0, end(value)) : value);
        json.writeBooleanProperty("isTruncated", cut);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.flush();
    }

    /** Never between the two halves of a character. */
    private static int end(String value) {
      return Character.isHighSurrogate(value.charAt(MAX_CELL - 1)) ? MAX_CELL - 1 : MAX_CELL;
    }

    @Override
    public void end() {
      json.writeEndArray();
      json.writeEndObject();
      json.close();
    }
  }
}
