namespace CourseKit.Plots;

/// <summary>Colours that colour-blind readers can tell apart (after Okabe and Ito). They are clearly visible on white and on near-black.</summary>
internal static class Palette
{
    public static IReadOnlyList<string> Series { get; } =
        ["#2a8fd6", "#e08214", "#1a9e77", "#cc6fa8", "#d1495b", "#8d7fd1", "#9a8f1f", "#3fb6c6", "#a5673f", "#8a8f98"];

    /// <summary>For text and axes where no page gives a colour: a grey with a contrast of 4.0 on white and 4.1 on VS Code's #1f1f1f. No grey has 4.1 on both.</summary>
    public const string Text = "#7a7f8a";

    /// <summary>For grid lines, which are faint on any page.</summary>
    public const string Grid = "rgba(128,133,144,0.25)";
}
