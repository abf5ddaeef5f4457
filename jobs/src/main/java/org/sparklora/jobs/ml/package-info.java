/** Stages of Spark ML pipelines: answers, and token ids, as columns of a table. */
package org.sparklora.jobs.ml;
