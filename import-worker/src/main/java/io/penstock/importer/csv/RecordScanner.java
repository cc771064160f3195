package io.penstock.importer.csv;

/**
 * Walks over a file's bytes once, block by block, proves that they are records, and says which
 * bytes may be handed to COPY. Not thread-safe.
 */
sealed interface RecordScanner permits CsvScanner, CsvTranslator {
  /** No limit for {@code stopAfter}. */
  long WHOLE_FILE = Long.MAX_VALUE;

  /**
   * Scans {@code block[from, to)}.
   *
   * @param stopAfter stops behind the line end of this record (counted from 1), or {@link
   *     #WHOLE_FILE}
   * @return the index behind the last byte that was scanned: {@code to}, unless it stopped
   * @throws CsvFault at the first byte that breaks a rule; the scanner is of no further use
   */
  int scan(byte[] block, int from, int to, long stopAfter);

  /** The file ends here: a last record without line end counts, an open quote is a fault. */
  void finish();

  /** From now on a record with another number of fields is a fault. */
  void expectFields(int count);

  /** Bytes before the first record, such as a byte order mark. */
  void skip(int bytes);

  /** Records that have ended so far. */
  long records();

  /** Bytes seen so far, those of {@link #skip} included. */
  long bytes();

  /** What the last call let through, in {@link #dialect}; valid until the next call. */
  Passed passed();

  /** How {@link #passed} is cut into fields. */
  CsvDialect dialect();

  /** A range of an array that is used again. */
  record Passed(byte[] array, int offset, int length) {
    static final Passed NOTHING = new Passed(new byte[0], 0, 0);
  }
}
