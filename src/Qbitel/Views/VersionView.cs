namespace Qbitel.Views;

/// <summary>Which Qbitel this is and what it runs on.</summary>
public sealed record VersionView(string Version, string Runtime, string System);
