package org.sparklora.feature;

/**
 * How a table's conversations were read and made into text.
 *
 * @param rowFormat the shape of the corpus' rows
 * @param roles names of speakers beside the known ones, as {@code name=role,…}
 * @param promptForm the name of the form that prompts have
 * @param promptText what a form from outside is: a chat template, or a text around {@code {prompt}}
 * @param trainOn {@code all} answers of a conversation, or the {@code last}
 */
public record ChatOrigin(
    String rowFormat, String roles, String promptForm, String promptText, String trainOn) {}
