/** What the jobs need of Spark: rows, barrier rendezvous, devices, pre-flight, supervision. */
package org.sparklora.jobs.spark;
