using CourseKit.Data;
using CourseKit.Models;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class SentenceGeneratorTests
{
    public SentenceGeneratorTests() => Torch.Begin();

    [Fact]
    public void Every_row_of_what_it_gives_is_one_hot_with_or_without_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var generator = new SentenceGenerator(8, SentenceCode.Words, hidden: 16);
        var latent = generator.SampleLatent(50);
        var learning = generator.forward(latent);
        using var noGrad = no_grad();
        var resting = generator.forward(latent);
        Assert.True(learning.requires_grad);
        Assert.False(resting.requires_grad);
        foreach (var sentences in new[] { learning, resting })
        {
            Assert.Equal([50, 1, 6, 35], sentences.shape);
            Assert.Equal(50 * 6, sentences.eq(ones(1)).sum().item<long>());
            Assert.Equal(50 * 6 * 34, sentences.eq(zeros(1)).sum().item<long>());
        }
        Assert.True(learning.eq(resting).all().item<bool>());
    }

    [Fact]
    public void Straight_through_is_the_arg_max_forward_and_the_softmax_backward()
    {
        using var scope = NewDisposeScope();
        var logits = randn(4, 3, 7).requires_grad_();
        var weights = randn(4, 3, 7);
        var chosen = SentenceGenerator.StraightThrough(logits);
        Assert.True(chosen.argmax(-1).eq(logits.argmax(-1)).all().item<bool>());
        (chosen * weights).sum().backward();
        // Not only the formula: finite differences of the softmax, which the arg-max itself would make zero.
        var actual = logits.grad!.data<float>().ToArray();
        var place = logits.detach().clone();
        for (var i = 0; i < actual.Length; i += 5)
        {
            double At(float push)
            {
                var moved = place.flatten().to_type(ScalarType.Float64);
                moved[i] += push;
                return (moved.view(4, 3, 7).softmax(-1) * weights).sum().item<double>();
            }
            Assert.Equal((At(1e-3f) - At(-1e-3f)) / 2e-3, actual[i], 1e-4);
        }
    }

    [Fact]
    public void It_writes_what_the_code_reads_in_its_matrices()
    {
        using var scope = NewDisposeScope();
        using var generator = new SentenceGenerator(8, SentenceCode.Characters, hidden: 16);
        generator.eval();
        var latent = generator.SampleLatent(5);
        Assert.Equal(SentenceCode.Characters.Decode(generator.forward(latent)), generator.Write(latent));
    }

    [Fact]
    public void The_trainer_teaches_it_what_most_sentences_have_in_common()
    {
        using var scope = NewDisposeScope();
        var code = SentenceCode.Words;
        using var trainer = new GanTrainer(new SentenceGenerator(8, code, hidden: 32),
            new MlpDiscriminator(1, code.Length, code.Symbols.Count, hidden: 32), code.Encode(SentenceGrammar.Train), batchSize: 32, learningRate: 3e-3, r1: 0.5);
        var subjects = SentenceGrammar.All.SelectMany(sentence => sentence.Words.Take(2)).ToHashSet();
        trainer.Learn(250, snapshotsAt: [1, 250]);
        double Begins(int snapshot) =>
            code.Decode(trainer.Snapshots[snapshot].Images).Average(text => subjects.Any(subject => text.StartsWith(subject, StringComparison.Ordinal)) ? 1.0 : 0);
        Assert.InRange(Begins(1), Begins(0) + 0.2, 1);
    }
}
