using System.Text.Json.Nodes;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class CommTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Fact]
    public void A_page_opens_a_comm_and_talks_to_the_cells_handler()
    {
        Client.Execute("""
            using CourseKit.Kernel.Jupyter;
            var seen = new List<string>();
            Comm.Register("echo", (comm, opened) =>
            {
                seen.Add($"{opened.Data["hello"]}");
                comm.Received += message => comm.Send(new { twice = 2 * (int)message.Data["x"]! }, [.. message.Buffers]);
                comm.Closed += _ => seen.Add("closed");
            });
            """).Ok();
        var open = Client.Send("comm_open", new() { ["comm_id"] = "c1", ["target_name"] = "echo", ["data"] = new JsonObject { ["hello"] = "page" } });
        Assert.Empty(Client.Outputs(open));
        var info = Client.Reply(Client.Send("comm_info_request", new() { ["target_name"] = "echo" }));
        Assert.Equal("echo", (string?)info.Content["comms"]!["c1"]!["target_name"]);

        var sent = Client.Send("comm_msg", new() { ["comm_id"] = "c1", ["data"] = new JsonObject { ["x"] = 21 } }, buffers: [[1, 2, 3]]);
        var answer = Assert.Single(Client.Outputs(sent));
        Assert.Equal("comm_msg", answer.Type);
        Assert.Equal(42, (int?)answer.Content["data"]!["twice"]);
        Assert.Equal([1, 2, 3], Assert.Single(answer.Buffers));

        Client.Outputs(Client.Send("comm_close", new() { ["comm_id"] = "c1", ["data"] = new JsonObject() }));
        Assert.Equal("page, closed", Client.Execute("string.Join(\", \", seen)").Value);
        info = Client.Reply(Client.Send("comm_info_request", new() { ["target_name"] = "echo" }));
        Assert.Empty(info.Content["comms"]!.AsObject());
    }

    [Fact]
    public void A_cell_opens_a_comm_to_the_page()
    {
        var opened = Client.Execute("using CourseKit.Kernel.Jupyter;\nvar line = Comm.Open(\"gauge\", new { min = 0 });\nline.Send(new { value = 3 });\nline.Close();")
            .Ok().Outputs.Where(message => message.Type.StartsWith("comm", StringComparison.Ordinal)).ToList();
        Assert.Equal(["comm_open", "comm_msg", "comm_close"], opened.Select(message => message.Type));
        Assert.Equal("gauge", opened[0].Get("target_name", ""));
        Assert.Equal(3, (int?)opened[1].Content["data"]!["value"]);
        Assert.Single(opened.Select(message => message.Get("comm_id", "")).Distinct());
        Assert.Contains("closed", Client.Execute("line.Send(new { value = 4 });").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comm_that_nobody_answers_to_is_closed_again()
    {
        var outputs = Client.Outputs(Client.Send("comm_open", new() { ["comm_id"] = "c9", ["target_name"] = "nobody", ["data"] = new JsonObject() }));
        Assert.Equal("c9", Assert.Single(outputs, message => message.Type == "comm_close").Get("comm_id", ""));
    }

    [Fact]
    public void A_handler_that_fails_says_so_and_the_next_message_is_handled()
    {
        Client.Execute("CourseKit.Kernel.Jupyter.Comm.Register(\"bad\", (comm, _) => comm.Received += message => throw new Exception($\"no {message.Data[\"x\"]}\"));").Ok();
        Client.Outputs(Client.Send("comm_open", new() { ["comm_id"] = "c2", ["target_name"] = "bad", ["data"] = new JsonObject() }));
        for (var x = 1; x <= 2; x++)
        {
            var outputs = Client.Outputs(Client.Send("comm_msg", new() { ["comm_id"] = "c2", ["data"] = new JsonObject { ["x"] = x } }));
            Assert.Equal($"no {x}", Assert.Single(outputs, message => message.Type == "error").Get("evalue", ""));
        }
        Assert.Equal("2", Client.Execute("1 + 1").Value);
    }
}
