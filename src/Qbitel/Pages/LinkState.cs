namespace Qbitel.Pages;

/// <summary>What can be said about a sign-in link without using it up.</summary>
public enum LinkState
{
    Missing,
    Works,
    Spent,
}
