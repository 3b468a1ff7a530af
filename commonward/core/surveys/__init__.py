"""Surveys (满意度与安全感调查): questions that may be asked, whom to ask, and what the answers tell.

`questions` reads and checks a questionnaire, `sampling` divides a sample over strata and draws it,
`estimating` weighs the answers and gives each estimate its interval, `rates` says how many
answered, `showing` keeps back what could point at somebody. Nothing here knows who answered.
"""
