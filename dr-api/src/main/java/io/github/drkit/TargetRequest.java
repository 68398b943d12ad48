package io.github.drkit;

/** What a {@link BackupTarget} can be asked for. */
public sealed interface TargetRequest extends PlanRequest permits BackupRequest, VerifyRequest, CollectRequest {}
