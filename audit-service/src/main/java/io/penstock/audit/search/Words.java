package io.penstock.audit.search;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;

/**
 * Text as its runs of letters and digits, in lower case: {@code in.c-main.Users} is in, c, main,
 * users. Thread-safe.
 */
final class Words extends Analyzer {
  /** Keeps phrases from reaching over from one value of a field to the next. */
  private static final int GAP = 100;

  @Override
  protected TokenStreamComponents createComponents(String field) {
    Tokenizer tokens = CharTokenizer.fromTokenCharPredicate(Character::isLetterOrDigit);
    return new TokenStreamComponents(tokens, new LowerCaseFilter(tokens));
  }

  @Override
  public int getPositionIncrementGap(String field) {
    return GAP;
  }
}
