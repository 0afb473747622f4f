using System.Text.RegularExpressions;

namespace CourseKit.House.Tests;

/// <summary>docs/architecture.md is true: its layers hold every room, and every arrow leads down.</summary>
public sealed partial class MapTests
{
    private static readonly string Map = Repository.Read("docs", "architecture.md");

    /// <summary>The halls that the map draws.</summary>
    public static TheoryData<string> Halls { get; } = [.. Drawings().Matches(Map).Select(drawing => drawing.Groups["hall"].Value)];

    [Theory, MemberData(nameof(Halls))]
    public void Every_room_is_on_the_map_and_every_arrow_leads_down(string hall)
    {
        var layers = Drawings().Matches(Map).Single(drawing => drawing.Groups["hall"].Value == hall).Groups["layers"].Value.Trim().Split('\n')
            .SelectMany((line, at) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(room => (Room: room.Trim(), Layer: at))).ToDictionary(place => place.Room, place => place.Layer);
        var arrows = Rooms.Of(Library(hall)).Between(hall);
        Assert.Equal(arrows.SelectMany(arrow => new[] { arrow.Key.From, arrow.Key.To }).Distinct().Order(StringComparer.Ordinal), layers.Keys.Order(StringComparer.Ordinal));
        Assert.All(arrows, arrow => Assert.True(layers[arrow.Key.From] < layers[arrow.Key.To], $"{arrow.Key.From} -> {arrow.Key.To} does not lead down: {string.Join("; ", arrow.Distinct().Take(5))}"));
    }

    [Fact]
    public void The_rooms_of_both_libraries_the_session_and_the_command_line_are_drawn() =>
        Assert.Equal(["CourseKit", "CourseKit.Kernel", "CourseKit.Kernel.Session", "CourseKit.Cli"], Halls.Select(row => row.Data));

    [Fact]
    public void The_picture_names_every_room_of_the_map()
    {
        var picture = Repository.Read("docs", "architecture.svg");
        foreach (Match drawing in Drawings().Matches(Map))
        {
            foreach (var room in drawing.Groups["layers"].Value.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(room => room != Rooms.Own))
                Assert.Contains($">{room}</text>", picture, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_the_two_ways_through_the_house_name_is_there()
    {
        var ways = Map[Map.IndexOf("## A cell's way", StringComparison.Ordinal)..];
        var files = Directory.GetFiles(Repository.PathOf("lib"), "*.cs", SearchOption.AllDirectories).Select(file => file.Replace('\\', '/')).ToList();
        foreach (Match name in Names().Matches(ways))
            Assert.True(files.Exists(file => file.EndsWith($"/{name.Groups[1].Value}.cs", StringComparison.Ordinal)), $"{name.Value}: there is no such file in lib");
    }

    private static string Library(string hall) => string.Join('.', hall.Split('.').Take(2));

    [GeneratedRegex(@"^```layers (?<hall>\S+)\n(?<layers>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Drawings();

    // A type by its file, such as `Jupyter/Wire/KernelSockets`.
    [GeneratedRegex(@"`([A-Z]\w+(?:/[A-Z]\w+)+)`")]
    private static partial Regex Names();
}
