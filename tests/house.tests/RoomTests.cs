using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.House.Tests;

/// <summary>The doors between rooms open one way only: what is below knows nothing of what is above it.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> Libraries { get; } = ["CourseKit", "CourseKit.Kernel", "CourseKit.Cli"];

    [Theory, MemberData(nameof(Libraries))]
    public void No_rooms_of_a_library_point_at_each_other(string library)
    {
        var circles = Rooms.Of(library).Circles().ToList();
        Assert.True(circles.Count == 0, $"Rooms must point one way (docs/architecture.md), and these point in a circle:\n{string.Join("\n\n", circles)}");
    }

    [Fact]
    public void A_circle_of_siblings_is_found_and_what_makes_it_is_named()
    {
        var circle = Assert.Single(Rooms.Empty("House").Add("House.Kitchen", "House.Cellar.Wine", "Cook -> Bottle").Add("House.Cellar", "House.Attic", "Rat -> Trunk")
            .Add("House.Attic", "House.Kitchen", "Trunk -> Pan").Add("House.Attic", "House.Roof", "Trunk -> Tile").Circles());
        Assert.StartsWith("House: Kitchen, Cellar, Attic\n", circle, StringComparison.Ordinal);
        Assert.Contains("Kitchen -> Cellar: Cook -> Bottle", circle, StringComparison.Ordinal);
        Assert.DoesNotContain("Roof", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_room_that_points_at_its_inner_room_and_is_pointed_at_by_it()
    {
        var house = Rooms.Empty("House").Add("House.Cellar", "House.Cellar.Wine", "Rack -> Bottle").Add("House.Cellar", "House.Cellar.Coal", "Rack -> Sack");
        Assert.Empty(house.Circles());
        Assert.StartsWith("House.Cellar: (own), Wine\n", Assert.Single(house.Add("House.Cellar.Wine", "House.Cellar", "Bottle -> Rack").Circles()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_two_libraries_do_not_know_each_other()
    {
        Assert.DoesNotContain("CourseKit.Kernel", References("CourseKit"));
        Assert.DoesNotContain("CourseKit", References("CourseKit.Kernel"));
    }

    private static IEnumerable<string> References(string library)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(Repository.Output(library), library + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
    }
}
