/**
 * MLflow by its REST calls: one run there for one run here, whatever happens to either side. May
 * import: {@code metric}, {@code storage}.
 */
package org.sparklora.track.mlflow;
