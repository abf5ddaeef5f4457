/** From a feature table to a trained adapter, with ranks in barrier stages. */
package org.sparklora.jobs.train;
