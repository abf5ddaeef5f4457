/** Models that an executor keeps open, for whatever job asks them. */
package org.sparklora.jobs.model;
