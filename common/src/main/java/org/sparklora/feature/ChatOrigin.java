package org.sparklora.feature;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How a table's conversations were read and made into text.
 *
 * @param rows the shape of the corpus' rows
 * @param roles names of speakers beside the known ones, as {@code name=role,…}
 * @param trainOn {@code all} answers of a conversation, or the {@code last}
 * @param prompt the prompt form as it travels: enough to write the same prompts again
 */
public record ChatOrigin(String rows, String roles, String trainOn, JsonNode prompt) {}
