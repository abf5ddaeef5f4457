/**
 * What the jobs need of Spark: rows, barrier rendezvous, devices, pre-flight, supervision. May
 * import: feature, collective, storage, config.
 */
package org.sparklora.jobs.spark;
