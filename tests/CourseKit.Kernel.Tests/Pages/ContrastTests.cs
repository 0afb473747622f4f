using System.Globalization;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

/// <summary>Every colour that text has on the pages can be read on every ground, light and dark: a contrast of 4.5 or more, as WCAG asks for.</summary>
public sealed partial class ContrastTests
{
    private static readonly string[] Grounds = ["paper", "raised", "sunken"], NoText = [.. Grounds, "line", "wash", "bad-wash"];

    private static readonly Dictionary<string, (string Light, string Dark)> Colours = Variable().Matches(Assets.ThemeCss + Assets.PageCss)
        .ToDictionary(match => match.Groups[1].Value, match => (match.Groups[2].Value, match.Groups[3].Value));

    public static TheoryData<string> Texts => new(Colours.Keys.Except(NoText));

    [Fact]
    public void Code_and_terminal_colours_are_among_them() => Assert.Subset(Colours.Keys.ToHashSet(), new HashSet<string>(["ink", "soft", "comment", "keyword", "ansi-0", "ansi-15"]));

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_can_be_read_on_every_ground(string text)
    {
        foreach (var ground in Grounds)
        {
            Assert.InRange(Contrast(Colours[text].Light, Colours[ground].Light), 4.5, 21);
            Assert.InRange(Contrast(Colours[text].Dark, Colours[ground].Dark), 4.5, 21);
        }
    }

    private static double Contrast(string one, string other) =>
        (Math.Max(Luminance(one), Luminance(other)) + 0.05) / (Math.Min(Luminance(one), Luminance(other)) + 0.05);

    // Relative luminance of sRGB, of "#rrggbb".
    private static double Luminance(string colour)
    {
        var parts = Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + 2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(level => level <= 0.04045 ? level / 12.92 : Math.Pow((level + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    [GeneratedRegex(@"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")]
    private static partial Regex Variable();
}
