namespace Qbitel.Access;

/// <summary>Somebody signed in: since when, and until when if they do nothing.</summary>
public sealed record Session(Guid Id, DateTimeOffset Opened, DateTimeOffset Expires);
