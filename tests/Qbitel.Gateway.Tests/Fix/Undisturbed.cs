namespace Qbitel.Gateway.Tests.Fix;

/// <summary>Tests that count what the whole process allocates: none runs beside them.</summary>
[CollectionDefinition(nameof(Undisturbed), DisableParallelization = true)]
public sealed class Undisturbed;
