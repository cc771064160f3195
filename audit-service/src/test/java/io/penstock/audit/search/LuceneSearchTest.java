package io.penstock.audit.search;

import java.nio.file.Path;

class LuceneSearchTest extends SearchContract {

  @Override
  TestIndex index(Path directory) {
    return new TestIndex(directory);
  }
}
