namespace Qbitel.Views;

/// <summary>Where the console is, and the link that opens it once.</summary>
public sealed record UpView(Uri Console, Uri SignIn, DateTimeOffset Expires);
