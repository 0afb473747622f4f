using System.Collections;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

/// <summary>Sequences that are more than their items: groups have a key, and a class of the user's may add members to a collection.</summary>
public sealed class GroupTests
{
    private static readonly string[] Words = ["apple", "avocado", "bean"];

    [Fact]
    public void Groups_show_their_keys()
    {
        const string html = "<table><thead><tr><th>key</th><th>items</th></tr></thead><tbody><tr><td>a</td><td>[ apple, avocado ]</td></tr><tr><td>b</td><td>[ bean ]</td></tr></tbody></table>";
        object[] all = [Words.GroupBy(word => word[0]), Words.GroupBy(word => word[0]).ToArray(), Words.ToLookup(word => word[0]), Words.AsParallel().AsOrdered().GroupBy(word => word[0]).OrderBy(group => group.Key)];
        foreach (var groups in all)
        {
            Assert.Equal(html, Html(groups));
            Assert.Equal("[ a: [ apple, avocado ], b: [ bean ] ]", Plain(groups));
        }
    }

    [Fact]
    public void One_group_shows_its_key_above_its_items()
    {
        var group = Words.GroupBy(word => word[0]).First();
        Assert.Equal("<table><thead><tr><th>property</th><th>value</th></tr></thead><tbody><tr><td>key</td><td>a</td></tr></tbody></table>"
            + "<table><tbody><tr><td>apple</td></tr><tr><td>avocado</td></tr></tbody></table>", Html(group));
        Assert.Equal("a: [ apple, avocado ]", Plain(group));
        Assert.Equal("<null>: [ 1 ]", Plain(new[] { 1 }.GroupBy(_ => (string?)null).Single()));
    }

    [Fact]
    public void Groups_inside_other_values_keep_their_keys()
    {
        var group = Words.GroupBy(word => word[0]).First();
        Assert.Equal("[ 1: a: [ apple, avocado ] ]", Plain(new Dictionary<int, IGrouping<char, string>> { [1] = group }));
        Assert.Contains("<tr><td>1</td><td>a: [ apple, avocado ]</td></tr>", Html(new Dictionary<int, IGrouping<char, string>> { [1] = group }), StringComparison.Ordinal);
        Assert.Equal("[k, a: [ apple, avocado ]]", Plain(KeyValuePair.Create("k", group)));
        Assert.Equal("(a: [ apple, avocado ], 2)", Plain((group, 2)));
        Assert.Equal("{ Group = a: [ apple, avocado ] }", Plain(new { Group = group }));
        var nested = Words.GroupBy(word => word[0]).GroupBy(inner => inner.Count());
        Assert.Equal("[ 2: [ a: [ apple, avocado ] ], 1: [ b: [ bean ] ] ]", Plain(nested));
        Assert.Contains("<tr><td>2</td><td>[ a: [ apple, avocado ] ]</td></tr>", Html(nested), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_are_records_or_tuples_are_shown_whole() =>
        Assert.Equal("[ (a, 5): [ apple ], (a, 7): [ avocado ], (b, 4): [ bean ] ]", Plain(Words.GroupBy(word => (word[0], word.Length))));

    [Fact]
    public void Long_groups_are_cut_and_many_groups_too()
    {
        Assert.EndsWith("19, ... (1,000 items) ]", Plain(Enumerable.Range(0, 1000).GroupBy(_ => 1).Single()), StringComparison.Ordinal);
        Assert.EndsWith("<i>... (20 of 1,000 rows)</i></td></tr></tbody></table>", Html(Enumerable.Range(0, 1000).ToLookup(i => i)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_with_members_of_its_own_shows_them_and_its_items()
    {
        var team = new Team { Name = "<Reds>" };
        team.AddRange(["Ann", "Bob"]);
        Assert.Equal("<table><thead><tr><th>property</th><th>value</th></tr></thead><tbody><tr><td>Name</td><td>&lt;Reds&gt;</td></tr><tr><td>Wins</td><td>3</td></tr></tbody></table>"
            + "<table><tbody><tr><td>Ann</td></tr><tr><td>Bob</td></tr></tbody></table>", Html(team));
        Assert.Equal("Team { Name = <Reds>, Wins = 3, items = [ Ann, Bob ] }", Plain(team));
        Assert.StartsWith("<table><thead><tr><th>Name</th><th>Wins</th><th>items</th></tr></thead><tbody><tr><td>&lt;Reds&gt;</td><td>3</td><td>[ Ann, Bob ]</td></tr><tr><td>", Html(new[] { team, new Team() }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dictionary_with_members_of_its_own_shows_them_and_its_pairs()
    {
        Assert.Equal("Stock { Place = cellar, items = [ wine: 2 ] }", Plain(new Stock { ["wine"] = 2 }));
        Assert.EndsWith("</table><table><thead><tr><th>key</th><th>value</th></tr></thead><tbody><tr><td>wine</td><td>2</td></tr></tbody></table>", Html(new Stock { ["wine"] = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_every_collection_has_are_not_shown()
    {
        Assert.Equal("[ 1 ]", Plain(new Bare { 1 }));
        Assert.Equal("[ 1 ]", Plain(new List<int>(50) { 1 }));
        Assert.Equal("[ 1, 2 ]", Plain(new ArraySegment<int>([1, 2])));
        Assert.Equal("[ 1, 1, 1 ]", Plain(Ones(3)));
        Assert.Equal("[ <null> ]", Plain(new Team?[1]));
    }

    [Fact]
    public void A_member_that_throws_or_is_the_list_itself_does_no_harm()
    {
        var odd = new Odd { 1 };
        Assert.Equal("Odd { Fails = (NotSupportedException), Self = Odd { Fails = (NotSupportedException), Self = Odd { Fails = (NotSupportedException), Self = Odd, items = [ 1 ] }, items = [ 1 ] }, items = [ 1 ] }", Plain(odd));
        Assert.Contains("<tr><td>Fails</td><td>(NotSupportedException)</td></tr>", Html(odd), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_fails_or_holds_itself_stays_small()
    {
        Assert.Equal("[ 7: [ 1, ... (InvalidOperationException) ] ]", Plain(new[] { new Group(7, me => Failing()) }));
        Assert.Equal("7: [ 7: [ 7: [ Group ] ] ]", Plain(new Group(7, me => [me])));
        Assert.InRange(Html(new[] { new Group(7, me => Enumerable.Repeat<object>(me, int.MaxValue)) }).Length, 1, 500);
        Assert.InRange(Plain(new Group(7, me => Enumerable.Repeat<object>(me, int.MaxValue))).Length, 1, 25_000);
    }

    private static string Html(object value) => CellAlignment.Without(Formatter.Format(value).Text("text/html")!);

    private static string Plain(object? value) => Formatter.Format(value).Text("text/plain")!;

    private static IEnumerable<int> Ones(int count)
    {
        for (var i = 0; i < count; i++)
            yield return 1;
    }

    private static IEnumerable<object> Failing()
    {
        yield return 1;
        throw new InvalidOperationException();
    }

    private sealed class Team : List<string>
    {
        public int Wins = 3;

        public string? Name { get; init; }
    }

    private sealed class Stock : Dictionary<string, int>
    {
        public string Place { get; } = "cellar";
    }

    private sealed class Bare : List<int>;

    private sealed class Odd : List<int>
    {
        public int Fails => throw new NotSupportedException();

        public Odd Self => this;
    }

    private sealed class Group(int key, Func<Group, IEnumerable<object>> items) : IGrouping<int, object>
    {
        int IGrouping<int, object>.Key => key;

        public IEnumerator<object> GetEnumerator() => items(this).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
