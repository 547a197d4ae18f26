/** The images that stand in for the fetched programs where a Docker engine answers; docker-compose.yml has the same. */
export const containerImages = {
  broker: "apache/kafka:4.2.0",
  registry: "apicurio/apicurio-registry:3.0.9",
  postgres: "pgvector/pgvector:0.8.1-pg17",
  redis: "redis:7.2.11-alpine",
  maven: "maven:3.9.11-eclipse-temurin-17",
} as const;
